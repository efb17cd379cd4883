export { ENCODING_POLICIES, type EncodingPolicy } from '../../modem/pdu/index.ts';
