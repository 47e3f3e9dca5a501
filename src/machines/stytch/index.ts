// The five ready-made Stytch logins, compiled out of the documents in `workflows/`. Each is a machine without actors:
// `provideServices`, or `machine.provide({ actors })`, brings them. The types are those of a login's inputs, outputs,
// steps and states; the plans are for programs that store or draw them.
export { emailOtpDiscovery, emailOtpDiscoveryPlan, type EmailOtpDiscovery } from './email-otp-discovery.ts';
export { emailOtpLogin, emailOtpLoginPlan, type EmailOtpLogin } from './email-otp-login.ts';
export { smsOtpLogin, smsOtpLoginPlan, type SmsOtpLogin } from './sms-otp-login.ts';
export { smsOtpMfa, smsOtpMfaPlan, type SmsOtpMfa } from './sms-otp-mfa.ts';
export { whatsappOtpLogin, whatsappOtpLoginPlan, type WhatsappOtpLogin } from './whatsapp-otp-login.ts';
