/* In place of modules that only development needs. */
const nothing = {};
export default nothing;
