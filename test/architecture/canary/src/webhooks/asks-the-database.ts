// breaks: webhooks-declare-their-needs
import '../db/open.ts';
