/*
Mermaid's sequence diagrams, line by line. All that comes from outside is spelt so that Mermaid takes it for text.
*/

/** Letters, digits and signs that mean nothing to Mermaid; all others are written as its entities. */
const plain = /^[\p{Letter}\p{Mark}\p{Number} !'\(\)*+,\-.\/:=?_·…→∅]$/v;

/** A longer text is cut: values may be of any size. */
const charactersMax = 200;

export function mermaidText(text: string): string {
	const characters = [...text.replaceAll(/[\p{Control}\u{2028}\u{2029}]/gv, ' ')];
	const shown = characters.length > charactersMax ? [...characters.slice(0, charactersMax - 1), '…'] : characters;
	return shown.map((character) => (plain.test(character) ? character : `#${character.codePointAt(0)!};`)).join('');
}

export const titleLine = (text: string): string => `    title: ${mermaidText(text)}\n`;

export const participantLine = (name: string): string => `    participant ${name}\n`;

/** `solid` asks, `dashed` answers, `lost` ends in a cross. */
export type ArrowStyle = 'solid' | 'dashed' | 'lost';

const arrows: Readonly<Record<ArrowStyle, string>> = {solid: '->>', dashed: '-->>', lost: '--x'};

export const arrowLine = (from: string, style: ArrowStyle, to: string, text: string): string =>
	`    ${from}${arrows[style]}${to}: ${mermaidText(text)}\n`;

/** Over one participant, or from one to another. */
export const noteLine = (over: readonly string[], text: string): string =>
	`    Note over ${over.join(',')}: ${mermaidText(text)}\n`;
