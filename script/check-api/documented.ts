// What the documentation says there is: docs/api/ by Electron's parser, docs/stock-runtime.md by its tables.

import { readApiDocumentation } from '../docs';
import { readMarkdown } from '../markdown';

import type { ApiDocumentation } from '../docs';

export interface Parameter {
  name: string;
  optional: boolean;
}

export interface Member {
  /** The type that has it, or `typeof X` for what the class X itself has. */
  owner: string;
  name: string;
  /** An `option` is a property of an object that the app makes. Of an `any` only the name is known. */
  kind: 'method' | 'property' | 'event' | 'option' | 'any';
  parameters?: Parameter[];
  /** The names of the types in its description. */
  types: string[];
  where: string;
}

type Described = Extract<ApiDocumentation[number], { type: 'Class' }>['instanceProperties'][number];
type DescribedMethod = Extract<ApiDocumentation[number], { type: 'Class' }>['instanceMethods'][number];
type DescribedEvent = Extract<ApiDocumentation[number], { type: 'Class' }>['instanceEvents'][number];
type TypeInformation = Pick<Described, 'type'> & { innerTypes?: TypeInformation[] };

/** The expressions in the tables of docs/stock-runtime.md, and what they are. */
const owners: Record<string, string> = {
  app: 'App',
  BrowserWindow: 'typeof BrowserWindow',
  win: 'BrowserWindow',
  'new BrowserWindow(options)': 'BrowserWindowConstructorOptions',
  'options.webPreferences': 'WebPreferences',
  webContents: 'typeof WebContents',
  'win.webContents': 'WebContents',
  webFrameMain: 'typeof WebFrameMain',
  'win.webContents.mainFrame': 'WebFrameMain',
  ipcMain: 'IpcMain',
  ipcRenderer: 'IpcRenderer',
  contextBridge: 'ContextBridge'
};

const isOptions = (owner: string): boolean => /(Options|Preferences)$/.test(owner);

function typesIn({ type, innerTypes = [] }: TypeInformation): string[] {
  return [...(typeof type === 'string' ? [type] : type.flatMap(typesIn)), ...innerTypes.flatMap(typesIn)];
}

function fromApi(documentation: ApiDocumentation): Member[] {
  return documentation.flatMap((container) => {
    const title = container.name[0].toUpperCase() + container.name.slice(1);
    // The methods of a module that makes objects of a class are the class's own (`utilityProcess.fork`).
    const isFactory = container.type === 'Module' && documentation.some(({ name }) => name === title);
    const owner = isFactory ? `typeof ${title}` : title;
    const where = container.repoUrl.slice(container.repoUrl.indexOf('docs/api'));
    const method = ({ name, parameters, returns }: DescribedMethod): Member => ({
      owner,
      name,
      kind: 'method',
      parameters: parameters.map(({ name, required }) => ({ name, optional: !required })),
      types: [...parameters, ...(returns ? [returns] : [])].flatMap(typesIn),
      where
    });
    const property = (described: Described): Member => ({
      owner,
      name: described.name,
      kind: described.type === 'Function' ? 'any' : isOptions(owner) ? 'option' : 'property',
      types: typesIn(described),
      where
    });
    const event = ({ name, parameters }: DescribedEvent): Member => ({
      owner,
      name,
      kind: 'event',
      parameters: parameters.map(({ name }) => ({ name, optional: false })),
      types: parameters.flatMap(typesIn),
      where
    });
    if (container.type === 'Class') {
      return [
        ...container.instanceMethods.map(method),
        ...container.instanceProperties.map(property),
        ...container.instanceEvents.map(event)
      ];
    }
    if (container.type === 'Structure') {
      const parent = documentation.find(({ name }) => name === container.extends);
      return [...(parent?.type === 'Structure' ? parent.properties : []), ...container.properties].map(property);
    }
    return [...container.methods.map(method), ...container.properties.map(property), ...container.events.map(event)];
  });
}

function fromStockRuntime(): Member[] {
  const where = 'docs/stock-runtime.md';
  // The table of what is offered has three columns; others say other things.
  const rows = readMarkdown(where).rows.filter(({ length }) => length === 3);
  return rows.flatMap(([[expression], names, events]) => {
    const owner = owners[expression];
    if (!owner) throw new Error(`${where}: script/check-api/documented.ts does not know what \`${expression}\` is`);
    const kind = isOptions(owner) ? 'option' : 'any';
    return [
      ...names.map((name): Member => ({ owner, name, kind, types: [], where })),
      ...events.map((name): Member => ({ owner, name, kind: 'event', types: [], where }))
    ];
  });
}

export async function documentedApi(): Promise<Member[]> {
  return [...fromApi(await readApiDocumentation()), ...fromStockRuntime()];
}
