/* CXML is read as any small XML. */
export { type ReadElement, readXml as readCxml, textOf } from '../../core/xml.ts';
