/** The perl program that sends what the lines of its standard input say: `<interface> <frame>` or `<destination> <packet>`, in hex. */

// A packet that the own firewall drops fails with EPERM, which is an answer and no error
export const sender = `
my %frames, %packets;
while (<STDIN>) {
  my ($to, $hex) = split;
  my $bytes = pack("H*", $hex);
  if ($to !~ /[.:]/) {
    open(my $file, "<", "/sys/class/net/$to/ifindex") or die "$to: $!";
    my $index = <$file> + 0;
    socket($frames{$to}, 17, SOCK_RAW, 0) or die "socket: $!" unless $frames{$to};
    send($frames{$to}, $bytes, 0, pack("SnlSCCx8", 17, 0x0800, $index, 0, 0, 6)) or die "send by $to: $!";
    next;
  }
  my $six = index($to, ":") >= 0;
  unless ($packets{$six}) {
    socket($packets{$six}, $six ? AF_INET6 : AF_INET, SOCK_RAW, 255) or die "socket: $!";
    setsockopt($packets{$six}, SOL_SOCKET, SO_BROADCAST, 1) or die "broadcast: $!";
  }
  my $end = $six ? pack_sockaddr_in6(0, inet_pton(AF_INET6, $to)) : pack_sockaddr_in(0, inet_aton($to));
  send($packets{$six}, $bytes, 0, $end) or $!{EPERM} or die "send to $to: $!";
}`
