import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findOutdatedFiles, generatedFiles } from './generated-files.ts'

/** `npm run docs`: writes the files that are made from code. */
const root = join(import.meta.dirname, '../..')
const outdated = findOutdatedFiles(root)
for (const { path, content } of generatedFiles(root)) writeFileSync(join(root, path), content)
process.stdout.write(
  outdated.length > 0 ? `${outdated.length} files written\n` : 'all files are up to date\n',
)
