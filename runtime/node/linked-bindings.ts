// Node has a function of this name for the bindings that were linked into it.
const linkedByNode = process._linkedBinding as (name: string) => unknown;

/** Adds what lib/ finds under process._linkedBinding. To be called before anything of lib/ is loaded. */
export function linkBindings(bindings: Record<string, unknown>) {
  process._linkedBinding = ((name: string) =>
    Object.hasOwn(bindings, name) ? bindings[name] : linkedByNode.call(process, name)) as typeof process._linkedBinding;
}
