/** The version of this program, as CHANGELOG.md and package.json name it. */
export const VERSION = '0.2.0';
