/** Why an app does not run that is not the app's own error. Its message is for the person at the command line. */
export class AppError extends Error {}
