/** The lines around a place of a stack. */
export interface SourceState {
  /** As the stack has it. */
  place: string;
  /** The file's path, where there is one here. */
  path?: string;
  line: number;
  column: number;
  /** The number of the first of `lines`. */
  first: number;
  lines: string[];
}
