/** Diagnostic codes about files and their YAML. */

import { type CodeEntry, error, lines, warning } from './code-entry.ts'

export const fileCodes = {
  'file-encoding': error(
    'A policy file must be UTF-8 text without control characters. Save the file as UTF-8; a byte order mark is accepted.',
  ),
  'file-too-large': error(
    'A policy file may have at most 8 MiB. Split it: documents of one kind may be spread over many files.',
  ),
  'file-type': error(
    'The repository holds a symbolic link, a submodule or a Git LFS pointer where a policy file was expected. Only plain files are read, so that what is reviewed is what is enforced.',
  ),
  'yaml-syntax': error('The file is not valid YAML 1.2. Nothing of the document is used.', {
    wrong: '- {action: Allow, protocol: TCP',
    right: '- {action: Allow, protocol: TCP}',
  }),
  'yaml-tag': error(
    'A YAML tag (a word that starts with !) stands where a value was meant. An unquoted selector such as `selector: !has(role)` is a tag in YAML and would read as an empty selector, which means "everything": put it in quotes.',
    { wrong: 'spec: {selector: !has(role)}', right: 'spec: {selector: "!has(role)"}' },
  ),
  'yaml-alias': error(
    'Aliases and anchors (*name, &name) are refused: a policy must read the same at the place where it stands. An unquoted `*` starts an alias: put it in quotes.',
    {
      wrong: lines('kind: HostEndpoint', 'metadata: {name: all}', 'spec: {node: web-1, interfaceName: *}'),
      right: lines(
        'kind: HostEndpoint',
        'metadata: {name: all}',
        'spec: {node: web-1, interfaceName: "*", profiles: [projectcalico-default-allow]}',
      ),
    },
  ),
  'yaml-directive': error(
    'A %YAML or %TAG directive changes how the file is read (YAML 1.1 reads `no` as false). Remove it.',
  ),
  'yaml-duplicate-key': error(
    'The same key stands twice in one mapping, and only one of them would count. Remove one.',
    { wrong: '- {action: Deny, action: Allow}', right: '- {action: Allow}' },
  ),
  'no-documents': error(
    'The repository holds no policy document at all. An empty policy is never applied by accident: remove the table with `rampart remove` instead.',
  ),
  'mixed-file': error(
    'One file mixes documents of rampart with documents of another system. Move them into files of their own.',
    {
      wrong: lines(
        'kind: GlobalNetworkPolicy',
        'metadata: {name: web}',
        'spec:',
        '  selector: all()',
        '---',
        'apiVersion: apps/v1',
        'kind: Deployment',
        'metadata: {name: web}',
      ),
      right: lines('kind: GlobalNetworkPolicy', 'metadata: {name: web}', 'spec:', '  selector: all()'),
    },
  ),
  'foreign-file': warning(
    'A YAML file holds no document of rampart and is not read. Keep such files out of the policy folder or in a dot folder to silence this.',
  ),
  'not-an-object': error('A document must be a mapping with apiVersion, kind, metadata and spec.'),
  'configuration-syntax': error(
    'The agent configuration or the facts file cannot be used. The agent does not start with a configuration it does not understand.',
  ),
} as const satisfies Record<string, CodeEntry>
