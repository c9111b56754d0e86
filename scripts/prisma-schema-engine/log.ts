/** One line for Prisma's command line on standard error, in the native engine's form. */
export function log(level: 'INFO' | 'ERROR', fields: Record<string, unknown>): void {
  const line = { timestamp: new Date().toISOString(), level, fields, target: 'schema_engine::logger' };
  process.stderr.write(`${JSON.stringify(line)}\n`);
}
