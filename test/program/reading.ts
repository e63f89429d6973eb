/*
Reading a screen as a person does: what the header and the table of nodes say.
*/

export type Row = {
	readonly id: number;
	readonly role: string;
	readonly term: number;
	readonly last: number;
	/** `undefined` while the node is down. */
	readonly commit: number | undefined;
};

const row = /n(?<id>\d) +[◆○★✗] (?<role>[\-a-z]+) +(?<term>\d+) +(?:(?:n\d|–) +)?(?<last>\d+) +(?<commit>\d+|–)/v;

/** The table of nodes. */
export const rowsOf = (lines: readonly string[]): readonly Row[] =>
	lines.flatMap((line) => {
		const {id, role, term, last, commit} = row.exec(line)?.groups ?? {};
		return role === undefined
			? []
			: [
					{
						id: Number(id),
						role,
						term: Number(term),
						last: Number(last),
						commit: commit === '–' ? undefined : Number(commit),
					},
				];
	});

export type Reign = {readonly term: number; readonly leader: number | undefined};

/** Who leads in which term, by the header. */
export function reignOf([header = '']: readonly string[]): Reign | undefined {
	const {term, leader} = / term (?<term>\d+) +leader (?:none|★ n(?<leader>\d))/v.exec(header)?.groups ?? {};
	return term === undefined
		? undefined
		: {term: Number(term), leader: leader === undefined ? undefined : Number(leader)};
}

/** Virtual seconds, by the header. */
export const secondsOf = ([header = '']: readonly string[]): number =>
	Number(/ (?<seconds>\d+\.\d{3}) s /v.exec(header)?.groups?.['seconds'] ?? Number.NaN);

/** The titles of the panels. */
export const titlesOf = (lines: readonly string[]): readonly string[] =>
	lines.flatMap((line) => Array.from(line.matchAll(/╭─ (?<title>[A-Z][a-z]+) /gv), ({groups}) => groups!['title']!));
