# IPv4 prefixes: what NPS takes as the address of a RADIUS client.

function ConvertTo-VpnNpsAddressNumber {
    param([string]$Address)
    [uint32]$number = 0
    foreach ($part in $Address.Split('.')) { $number = [uint32](([uint64]$number * 256) + [uint64]$part) }
    $number
}

function ConvertFrom-VpnNpsAddressNumber {
    param([uint64]$Number)
    '{0}.{1}.{2}.{3}' -f (($Number -shr 24) -band 255), (($Number -shr 16) -band 255), (($Number -shr 8) -band 255), ($Number -band 255)
}

# @{ first; last; length; text } as numbers. Nothing when the text is no IPv4 address or prefix, for example a host
# name.
function ConvertTo-VpnNpsPrefix {
    param([string]$Text)
    if ($Text -notmatch '^(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})(?:/(\d{1,2}))?$') { return }
    $address = $Matches[1]
    $length = 32
    if ($Matches.ContainsKey(2)) { $length = [int]$Matches[2] }
    if ($length -gt 32 -or @($address.Split('.') | Where-Object { [int]$_ -gt 255 }).Count) { return }
    $number = [uint64](ConvertTo-VpnNpsAddressNumber $address)
    $size = [uint64][math]::Pow(2, 32 - $length)
    $first = $number - ($number % $size)
    $canonical = ConvertFrom-VpnNpsAddressNumber $first
    if ($length -lt 32) { $canonical = "$canonical/$length" }
    @{ first = $first; last = $first + $size - 1; length = $length; text = $canonical; exact = ($first -eq $number) }
}

function Test-VpnNpsSameAddress {
    param([string]$Left, [string]$Right)
    $a = ConvertTo-VpnNpsPrefix $Left
    $b = ConvertTo-VpnNpsPrefix $Right
    if ($a -and $b) { return $a.text -eq $b.text }
    $Left -eq $Right
}

function Test-VpnNpsOverlap {
    param([string]$Left, [string]$Right)
    $a = ConvertTo-VpnNpsPrefix $Left
    $b = ConvertTo-VpnNpsPrefix $Right
    if (-not $a -or -not $b) { return $false }
    $a.first -le $b.last -and $b.first -le $a.last
}

# Azure keeps the first four addresses of a subnet and the last one, so a gateway instance never has one of these.
function Get-VpnNpsUsableAddress {
    param([string]$Prefix)
    $range = ConvertTo-VpnNpsPrefix $Prefix
    for ($number = $range.first + 4; $number -lt $range.last; $number++) { ConvertFrom-VpnNpsAddressNumber $number }
}
