// What an app's TypeScript sees: electron.d.ts and, merged into it, typings/electron-ports.d.ts.

import ts from 'typescript';

import { EventEmitter } from 'node:events';

import { createProgram } from '../typescript';

import type { Member, Parameter } from './documented';

const emitterNames = new Set(Object.getOwnPropertyNames(EventEmitter.prototype));
/** Names of docs-parser's own, and of JavaScript. */
const plainTypes = [
  'any',
  'boolean',
  'null',
  'string',
  'String',
  'Integer',
  'Float',
  'number',
  'Function',
  'Object',
  'undefined',
  'void',
  'NodeJS.ReadableStream'
];

const describe = (parameters: Parameter[]): string =>
  `(${parameters.map(({ name, optional }) => name + (optional ? '?' : '')).join(', ')})`;

export class TypedApi {
  readonly #checker: ts.TypeChecker;
  readonly #namespace: ts.ModuleDeclaration;
  readonly #exports: Map<string, ts.Symbol>;

  constructor() {
    const program = createProgram();
    const file = program.getSourceFiles().find(({ fileName }) => fileName.endsWith('/typings/electron-ports.d.ts'));
    const namespace = file?.statements.find(ts.isModuleDeclaration);
    if (!namespace) throw new Error('typings/electron-ports.d.ts holds no namespace');
    this.#checker = program.getTypeChecker();
    this.#namespace = namespace;
    const symbol = this.#checker.getSymbolAtLocation(namespace.name)!;
    this.#exports = new Map(this.#checker.getExportsOfModule(symbol).map((entry) => [entry.name, entry]));
  }

  /** What is wrong with a documented member. */
  compare({ owner, name, kind, parameters, types, where }: Member): string[] {
    const problem = (text: string): string[] => [`${where}: ${owner}.${name} ${text}`];
    const unknown = types.find((type) => !plainTypes.includes(type) && !this.#isType(type));
    if (unknown) return problem(`is documented with the type ${unknown}, which there is not`);
    const type = this.#typeOf(owner);
    if (!type) return problem(`is documented, and there is no type ${owner}`);
    if (kind === 'event') return this.#compareEvent(type, name, parameters).flatMap(problem);

    const property = type.getProperty(name);
    if (!property) return problem('is documented, and has no type');
    const propertyType = this.#checker.getTypeOfSymbol(property);
    const signatures = propertyType.getCallSignatures();
    if (kind === 'property' && signatures.length > 0) return problem('is documented as a property, and is a function');
    if (!parameters) return [];
    if (signatures.length === 0) return problem('is documented as a method, and is none');
    const candidates = signatures.map((signature) => describe(this.#parametersOf(signature)));
    const wanted = describe(parameters);
    if (candidates.includes(wanted)) return [];
    return problem(`is documented as ${wanted}, and typed as ${candidates.join(' | ')}`);
  }

  /** What typings/electron-ports.d.ts adds, and the whole of the classes that are this project's. */
  added(): { owner: string; name: string; isEvent: boolean }[] {
    const declared = (this.#namespace.body as ts.ModuleBlock).statements
      .filter(ts.isInterfaceDeclaration)
      .flatMap(({ name: { text }, members }) => {
        const owner = text.replace(/EventMap$/, '');
        return members.flatMap(({ name }) => (name ? [{ owner, name: name.getText(), isEvent: owner !== text }] : []));
      });
    const whole = ['MessageChannelMain', 'MessagePortMain'].flatMap((owner) =>
      this.#typeOf(owner)!
        .getProperties()
        .map(({ name }) => ({ owner, name, isEvent: false }))
    );
    return [...declared, ...whole].filter(({ owner, name }) => {
      const isEmitter = this.#typeOf(owner)?.getProperty('emit') !== undefined;
      return !(isEmitter && emitterNames.has(name)) && !name.startsWith('__@');
    });
  }

  #typeOf(owner: string): ts.Type | undefined {
    const ofClass = owner.startsWith('typeof ');
    const symbol = this.#exports.get(owner.replace('typeof ', ''));
    if (!symbol) return undefined;
    return ofClass ? this.#checker.getTypeOfSymbol(symbol) : this.#checker.getDeclaredTypeOfSymbol(symbol);
  }

  /** Whether an app could write this name where a type is wanted. */
  #isType(name: string): boolean {
    return this.#checker.resolveName(name, this.#namespace, ts.SymbolFlags.Type, false) !== undefined;
  }

  #parametersOf(signature: ts.Signature): Parameter[] {
    return signature.getParameters().map((parameter) => {
      const declaration = parameter.valueDeclaration as ts.ParameterDeclaration;
      const name = (declaration.dotDotDotToken ? '...' : '') + parameter.name;
      return { name, optional: declaration.questionToken !== undefined };
    });
  }

  /** An event is an overload of `on` whose first parameter takes its name. */
  #compareEvent(type: ts.Type, name: string, parameters: Parameter[] | undefined): string[] {
    const on = type.getProperty('on');
    if (!on) return ['is documented as an event, and there is no on()'];
    const listeners = this.#checker
      .getTypeOfSymbol(on)
      .getCallSignatures()
      .filter((signature) => this.#names(signature.getParameters()[0]).includes(name))
      .map((signature) => this.#checker.getTypeOfSymbol(signature.getParameters()[1]).getCallSignatures()[0]);
    if (listeners.length === 0) return ['is documented as an event, and has no type'];
    if (!parameters) return [];
    const candidates = listeners.map((listener) => describe(this.#parametersOf(listener)));
    const wanted = describe(parameters);
    if (candidates.includes(wanted)) return [];
    return [`is documented as an event with ${wanted}, and typed as ${candidates.join(' | ')}`];
  }

  /** The strings that a parameter takes, as `'a'`, as `'a' | 'b'` or as `K extends 'a' | 'b'`. */
  #names(parameter: ts.Symbol): string[] {
    const own = this.#checker.getTypeOfSymbol(parameter);
    const type = this.#checker.getBaseConstraintOfType(own) ?? own;
    return (type.isUnion() ? type.types : [type]).flatMap((part) => (part.isStringLiteral() ? [part.value] : []));
  }
}
