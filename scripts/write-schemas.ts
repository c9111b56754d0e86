// Writes the JSON Schemas that editors read: npm run schemas.
import { writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { environmentJsonSchema } from '../src/domain/environment/environment';

const file = 'public/schemas/environment.json';
writeFileSync(file, await format(JSON.stringify(environmentJsonSchema()), { filepath: file }));
