/* What we send out. */

export { Postman } from './email/postman.ts';
export { type NewEmail, queueEmail } from './email/queue.ts';
export { EMAIL_STATUS, type EmailView, emailSchema, listEmails, purgeEmails } from './email/read.ts';
export { type SmtpSettings, smtpServer } from './email/smtp.ts';
