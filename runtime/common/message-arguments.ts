/** How many arguments one message may have. Those of a listener are on the stack, which has room for some 50,000. */
export const maximumArguments = 16_384;

/** @throws RangeError */
export function checkArguments(args: readonly unknown[]) {
  if (args.length <= maximumArguments) return;
  throw new RangeError(
    `A message can have ${maximumArguments} arguments, got ${args.length}. Send an array as one argument.`
  );
}
