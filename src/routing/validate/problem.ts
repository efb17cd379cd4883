/** One complaint. `path` is dotted (`ringGroups.0.members.2`), so that a file reader can name the line. */
export interface Problem {
  readonly path: string;
  /** Says what to do. */
  readonly message: string;
  readonly severity: 'error' | 'warning';
}

export function error(path: string, message: string): Problem {
  return { path, message, severity: 'error' };
}

export function warning(path: string, message: string): Problem {
  return { path, message, severity: 'warning' };
}
