/**
 * How many objects may be inside each other in a message. Chromium writes some 3,600 and reads some 2,000 before its stack
 * is full: what is between arrives as null, without a word.
 */
export const maximumMessageDepth = 1000;
