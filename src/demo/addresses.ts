/** Who has which address in the lab: the same as in policies/. */

/** One party's address in each family. */
export interface Addresses {
  readonly v4: string
  readonly v6: string
}

export const gatewayOutside: Addresses = { v4: '203.0.113.10', v6: '2001:db8:113::10' }
export const gatewayInside: Addresses = { v4: '10.0.0.1', v6: '2001:db8:10::1' }

/** Somebody on the Internet. */
export const world: Addresses = { v4: '198.51.100.7', v6: '2001:db8:7::7' }
export const management: Addresses = { v4: '192.0.2.5', v6: '2001:db8:911::5' }
export const blocked: Addresses = { v4: '192.0.2.166', v6: '2001:db8:bad::66' }
export const forge: Addresses = { v4: '192.0.2.80', v6: '2001:db8:80::80' }

export const bastion: Addresses = { v4: '10.0.0.20', v6: '2001:db8:10::20' }
export const database: Addresses = { v4: '10.0.0.31', v6: '2001:db8:10::31' }
export const monitoring: Addresses = { v4: '10.0.0.9', v6: '2001:db8:10::9' }
