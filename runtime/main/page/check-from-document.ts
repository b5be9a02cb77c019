import { maximumArguments } from '../../common/message-arguments';

import type { FromDocument } from '../../common/link-messages';

/**
 * What is wrong with what came over a document's link. The runtime's own script sends what it should: anything else comes
 * from a renderer that was taken over, or from a page that found a way to the link.
 * @returns undefined for a good message
 */
export function problemOf(content: unknown): string | undefined {
  if (!Array.isArray(content)) return 'it is no array';
  const [kind, channel, args] = content as Partial<FromDocument>;
  if (kind !== 'send' && kind !== 'post' && kind !== 'invoke') return 'it is of no known kind';
  if (typeof channel !== 'string') return 'its channel is no string';
  if (kind === 'post') return undefined;
  if (!Array.isArray(args)) return 'its arguments are no array';
  return args.length > maximumArguments ? `it has ${args.length} arguments` : undefined;
}
