import { runFormatters } from './formatters';

process.exitCode = runFormatters('write').length > 0 ? 1 : 0;
