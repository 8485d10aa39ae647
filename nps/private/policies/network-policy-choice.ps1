# Which network policy is the one of the gateway: one that exists, or one of its own that no request of another RADIUS
# client meets. And its place among the others.

# Matches the RADIUS client of the gateway, and the clients that were made for its single addresses.
function Get-VpnNpsClientNamePattern {
    param([string]$Client)
    $escaped = [regex]::Replace($Client, '[\\^$.|?*+()\[\]{}]', { param($match) '\' + $match.Value })
    "^$escaped(-[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+)?$"
}

# Which kind of policy is meant. "auto" means the gateway's own policy when it has one already, or when others use the
# server. But it means the named policy when that one already lets the gateway in.
function Select-VpnNpsNetworkPolicy {
    param([hashtable]$Desired, [object[]]$Policies, [object[]]$Clients)
    $want = $Desired.networkPolicy
    if ($want.kind -eq 'named') { return @{ kind = 'named'; name = $want.name } }
    $own = @{ kind = 'own'; name = $want.ownName }
    if ($want.kind -eq 'own') { return $own }
    foreach ($policy in $Policies) { if ($policy.name -eq $want.ownName) { return $own } }
    foreach ($policy in $Policies) {
        if ($policy.name -eq $want.name -and $policy.enabled -and $policy.grant -and -not @(Get-VpnNpsMissingMethods $policy $want.authenticationMethods).Count) { return @{ kind = 'named'; name = $want.name } }
    }
    if (@(Get-VpnNpsOtherRadiusClient $Desired $Clients).Count) { return $own }
    @{ kind = 'named'; name = $want.name }
}

# The name by which NPS knows the client: an adopted client keeps its name.
function Get-VpnNpsGatewayClientName {
    param([hashtable]$Desired, [object[]]$Clients)
    $want = $Desired.radiusClients[0]
    $found = Find-VpnNpsRadiusClient $want $Clients $Desired.radiusClients
    if ($found.named.Count) { return $found.named[0].name }
    $want.name
}

function Get-VpnNpsGatewayRequests {
    param([hashtable]$Desired, [object[]]$Clients)
    $name = Get-VpnNpsGatewayClientName $Desired $Clients
    foreach ($method in $Desired.networkPolicy.authenticationMethods) { New-VpnNpsRequest $name $Desired.radiusClients[0].address $method $true }
}

# Whether a policy that denies is somebody's decision. The policies that NPS comes with deny too. But their only
# condition is the vendor 311 or all hours, no policy that grants comes after them, and there is one of each.
function Test-VpnNpsDecision {
    param([hashtable]$Policy, [object[]]$Policies, [string[]]$OurNames)
    if ($Policy.grant) { return $false }
    foreach ($condition in $Policy.conditions) { if ($condition -notmatch $VpnNpsAlways -and $condition -notmatch '^\s*MATCH\("MS-RAS-Vendor=\^311\$"\)\s*$') { return $true } }
    foreach ($other in $Policies) {
        if ($other.order -le $Policy.order -or -not $other.enabled -or $OurNames -contains $other.name) { continue }
        if ($other.grant -or ($other.conditions -join "`n") -eq ($Policy.conditions -join "`n")) { return $true }
    }
    $false
}

# The place for the policy of the gateway: before the first one that would decide about its requests. A deny that is
# somebody's decision stays before it. Such a deny is reported. The policy goes before it only with an approval.
function Get-VpnNpsPosition {
    param([object[]]$Policies, [string[]]$OurNames, [object[]]$Requests)
    $position = @{ order = 0; before = $null; decision = $null; first = 0 }
    foreach ($policy in $Policies) {
        if (-not $policy.enabled -or $OurNames -contains $policy.name) { continue }
        $met = 'no'
        foreach ($request in $Requests) { $one = Test-VpnNpsMatch $policy $request; if ($one -eq 'yes') { $met = 'yes' } elseif ($one -eq 'maybe' -and $met -eq 'no') { $met = 'maybe' } }
        if ($met -eq 'no') { continue }
        if (Test-VpnNpsDecision $policy $Policies $OurNames) {
            if ($met -eq 'yes' -and -not $position.decision) { $position.decision = $policy }
            continue
        }
        $position.order = $policy.order
        $position.before = $policy
        break
    }
    if (-not $position.order) { $position.order = $Policies.Count + 1 }
    $position
}
