/** Documents one call may use. The last of them always ends it, whatever the plan says. */
export const MAX_DOCUMENTS = 50;

/** Menus a call remembers for going back; the oldest is forgotten first. */
export const MAX_MENUS = 8;

/** Times one call may enter the same place, so that two menus cannot send a caller to and fro for ever. */
export const MAX_VISITS = 10;
