// breaks: everything-resolves
import './missing.ts';
