console.log('whitewater');
