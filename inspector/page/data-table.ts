import {
  FormatModule,
  InteractionModule,
  ResizeColumnsModule,
  SelectRowModule,
  SortModule,
  Tabulator
} from 'tabulator-tables';

import type { ColumnDefinition } from 'tabulator-tables';

Tabulator.registerModule([FormatModule, InteractionModule, ResizeColumnsModule, SelectRowModule, SortModule]);

/** What a row is: its cells are texts and numbers, which the table shows as text. */
export type Row = { id: string | number } & Record<string, string | number>;

export interface Column {
  title: string;
  field: string;
  width?: number;
  /** Numbers that are shown in other words. */
  text?: (value: number) => string;
  isNumber?: boolean;
}

const definitionOf = ({ title, field, width, text, isNumber = false }: Column): ColumnDefinition => ({
  title,
  field,
  width,
  hozAlign: isNumber ? 'right' : 'left',
  headerSortStartingDir: isNumber ? 'desc' : 'asc',
  sorter: isNumber ? 'number' : 'string',
  // A node, as a string would be taken for HTML.
  formatter: (cell) => {
    const value: unknown = cell.getValue();
    return document.createTextNode(text && typeof value === 'number' ? text(value) : String(value)) as never;
  }
});

/** A table that shows rows, and changes only those that have changed. */
export class DataTable {
  #table: Tabulator;
  #isReady: Promise<void>;
  #shown = new Map<string | number, string>();
  #busy: Promise<unknown> | undefined;

  constructor(container: HTMLElement, columns: readonly Column[], onSelect: (id: string | number) => void) {
    this.#table = new Tabulator(container, {
      index: 'id',
      layout: 'fitDataStretch',
      height: '100%',
      selectableRows: 1,
      placeholder: 'nothing yet',
      columns: columns.map(definitionOf)
    });
    this.#isReady = new Promise((resolve) => this.#table.on('tableBuilt', resolve));
    this.#table.on('rowClick', (_event, row) => onSelect((row.getData() as Row).id));
  }

  /** To be called when its container can be seen again. */
  redraw() {
    void this.#isReady.then(() => this.#table.redraw(true));
  }

  /** Shows these rows. While it still draws others, these are left out. */
  show(rows: readonly Row[]) {
    this.#busy ??= this.#show(rows).finally(() => (this.#busy = undefined));
  }

  async #show(rows: readonly Row[]) {
    await this.#isReady;
    const wanted = new Map(rows.map((row) => [row.id, JSON.stringify(row)]));
    const gone = [...this.#shown.keys()].filter((id) => !wanted.has(id));
    const changed = rows.filter(({ id }) => this.#shown.get(id) !== wanted.get(id));
    this.#shown = wanted;
    if (gone.length > 0) await this.#table.deleteRow(gone);
    if (changed.length > 0) await this.#table.updateOrAddData([...changed]);
  }
}
