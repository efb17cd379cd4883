// breaks: emulator-runs-anywhere
export { connect } from 'node:net';
