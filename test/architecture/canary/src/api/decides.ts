// breaks: api-leaves-engines-alone
import '../routing/index.ts';
