/** How many tests of this file have failed so far. */
export const failures = { count: 0 };
