export async function runBench({json}: {json: boolean}): Promise<void> { console.log(json); }
