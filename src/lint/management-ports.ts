/** The closed list of ports that are for administrators and other machines, never for everybody. */

import { tcp, udp } from '../net/protocol.ts'

export interface ManagementPort {
  readonly protocol: number
  readonly port: number
  readonly service: string
}

const of = (protocol: number, service: string, ...ports: readonly number[]): readonly ManagementPort[] =>
  ports.map((port) => ({ protocol, port, service }))

/** Numbers as IANA or the projects themselves give them. */
export const managementPorts: readonly ManagementPort[] = [
  // getting in
  ...of(tcp, 'ssh', 22),
  ...of(tcp, 'telnet', 23),
  ...of(tcp, 'remote desktop', 3389),
  ...of(tcp, 'VNC', 5900),
  ...of(tcp, 'Windows remote management', 5985, 5986),
  ...of(udp, 'IPMI', 623),
  ...of(udp, 'SNMP', 161),
  // files
  ...of(tcp, 'RPC', 111, 135),
  ...of(tcp, 'SMB', 139, 445),
  ...of(tcp, 'rsync', 873),
  ...of(tcp, 'NFS', 2049),
  // databases
  ...of(tcp, 'Microsoft SQL Server', 1433),
  ...of(tcp, 'Oracle', 1521),
  ...of(tcp, 'MySQL', 3306),
  ...of(tcp, 'PostgreSQL', 5432),
  ...of(tcp, 'CouchDB', 5984),
  ...of(tcp, 'Redis', 6379),
  ...of(tcp, 'Cassandra', 9042),
  ...of(tcp, 'Elasticsearch', 9200),
  ...of(tcp, 'memcached', 11211),
  ...of(udp, 'memcached', 11211),
  ...of(tcp, 'MongoDB', 27017),
  // what runs other things
  ...of(tcp, 'etcd', 2379, 2380),
  ...of(tcp, 'Docker', 2375, 2376),
  ...of(tcp, 'kubelet', 10250),
]
