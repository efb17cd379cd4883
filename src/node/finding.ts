/** What `doctor` has seen. */
export interface Finding {
  readonly check: string;
  readonly state: 'good' | 'notice' | 'bad';
  /** What was seen, and for anything but `good` what to do. */
  readonly detail: string;
  /** The command that mends it, where there is one. */
  readonly fix?: string;
}
