/** Where a visible label goes, as the API writes it. */
export const corners = ['TL', 'TR', 'BL', 'BR'] as const;
export type Corner = (typeof corners)[number];

export interface Overlay {
  text: string;
  corner: Corner;
}
