import '../core/reads-a-file.ts';
