/**
 * A byte pipe to a modem. Bytes that arrive before `onData` is called may be lost, as on a real port. `onClose` fires
 * once, also after `close()`; do not rely on it alone, a pulled USB stick may never say so.
 */
export interface Transport {
  write(bytes: Uint8Array): Promise<void> | void;
  onData(callback: (bytes: Uint8Array) => void): void;
  /** `cause` is absent when this side closed it. */
  onClose(callback: (cause?: unknown) => void): void;
  close(): Promise<void>;
}

export interface TransportOptions {
  /** Bits per second on a UART; USB modems ignore it. Default 115200. */
  readonly baudRate?: number;
  /** Hardware flow control; set it where RTS and CTS are wired. Default off. */
  readonly rtscts?: boolean;
}
