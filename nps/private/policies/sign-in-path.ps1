# How far a request of the gateway would get, gate by gate, in the order in which NPS decides. The first gate that
# refuses is reported with a sentence. What the server cannot know about itself is reported as unknown.

function New-VpnNpsGate {
    param([string]$Gate, [string]$Why)
    @{ gate = $Gate; why = $Why }
}

# The gates before a policy: the same for every request of a RADIUS client. Returns the first one that refuses.
function Get-VpnNpsServerGate {
    param([hashtable]$Observed, [hashtable]$Want)
    if (-not $Observed.server.npas -or -not $Observed.server.running) { return New-VpnNpsGate 'service' 'NPS does not run.' }
    if ($Observed.ports -notcontains '1812') { return New-VpnNpsGate 'ports' "NPS listens on $($Observed.ports -join ', '); the gateway sends its requests to 1812." }
    if ($Observed.server.sidType -eq $false) { return New-VpnNpsGate 'ports' 'The firewall of Server 2019 drops RADIUS while the SID type of IAS is restricted.' }
    if (@(Get-VpnNpsClosedPrefix $Observed.firewall @($Want.address)).Count) { return New-VpnNpsGate 'ports' "The firewall blocks RADIUS from $($Want.address)." }
}

function Get-VpnNpsClientGate {
    param([hashtable]$Desired, [hashtable]$Observed, [hashtable]$Want)
    $found = Find-VpnNpsRadiusClient $Want $Observed.clients $Desired.radiusClients
    $held = @($found.named + $found.single)
    if (-not $held.Count) { return New-VpnNpsGate 'client' "NPS has no RADIUS client for $($Want.address) (event 13)." }
    foreach ($client in $held) { if (-not $client.enabled) { return New-VpnNpsGate 'client' "The RADIUS client '$($client.name)' is disabled." } }
    if ($found.named.Count -and -not (Test-VpnNpsSameAddress $held[0].address $Want.address)) {
        $its = ConvertTo-VpnNpsPrefix $held[0].address
        $range = ConvertTo-VpnNpsPrefix $Want.address
        if (-not $its -or $its.first -gt $range.first -or $its.last -lt $range.last) { return New-VpnNpsGate 'client' "The RADIUS client '$($held[0].name)' has the address $($held[0].address), and requests come from $($Want.address)." }
    }
    if (-not $found.named.Count) {
        $addresses = @(foreach ($client in $held) { $client.address })
        foreach ($address in @(Get-VpnNpsUsableAddress $Want.address)) { if ($addresses -notcontains $address) { return New-VpnNpsGate 'client' "NPS has no RADIUS client for $address, which the gateway may have." } }
    }
    foreach ($client in @(Get-VpnNpsNarrowerClient $Want $Observed.clients $Desired.radiusClients)) {
        if (-not $client.enabled -or -not (Test-VpnNpsSecretEqual $held[0].secret $client.secret)) { return New-VpnNpsGate 'client' "Requests from $($client.address) meet the narrower RADIUS client '$($client.name)', which holds another secret or is disabled." }
    }
    if ($Observed.secret) { foreach ($client in $held) { if (-not (Test-VpnNpsSecretEqual $Observed.secret $client.secret)) { return New-VpnNpsGate 'client' "The RADIUS client '$($client.name)' holds another secret." } } }
}

function Get-VpnNpsRequestPolicyGate {
    param([hashtable]$Deciding)
    $deciding = $Deciding.policy
    if (-not $deciding) { return New-VpnNpsGate 'request-policy' 'No enabled connection request policy matches (reason 49).' }
    if ($deciding.provider -eq '2') { return New-VpnNpsGate 'request-policy' "The connection request policy '$($deciding.name)' forwards to the remote RADIUS servers '$($deciding.group)'." }
    if ($deciding.provider -eq '0') { return New-VpnNpsGate 'request-policy' "The connection request policy '$($deciding.name)' accepts every user without a password. A gateway must not use such a policy." }
}

function Get-VpnNpsMfaGate {
    param([hashtable]$Desired, [hashtable]$Mfa)
    if ($Desired.mfaExtension -eq 'skip') { return }
    if (-not $Mfa.installed -or -not $Mfa.loaded) { return New-VpnNpsGate 'mfa-loaded' 'NPS does not load the MFA extension: users can sign in with only a password.' }
    if (-not $Mfa.tenantId) { return New-VpnNpsGate 'mfa-registered' 'The MFA extension is not registered with a tenant and refuses everybody.' }
    if (-not $Mfa.certificate) { return New-VpnNpsGate 'mfa-certificate' 'The certificate of the MFA extension is not there: it refuses everybody.' }
    if (([datetime]$Mfa.certificate.NotAfter).ToUniversalTime() -le [datetime]::UtcNow) { return New-VpnNpsGate 'mfa-certificate' 'The certificate of the MFA extension has expired: it refuses everybody.' }
}

# The name by which NPS knows the client: a client made by hand may be used as the wanted one.
function Get-VpnNpsKnownName {
    param([hashtable]$Desired, [hashtable]$Observed, [hashtable]$Want)
    $found = Find-VpnNpsRadiusClient $Want $Observed.clients $Desired.radiusClients
    if ($found.named.Count) { $found.named[0].name } else { $Want.name }
}

# One path for each tunnel type that is wanted, with and without the vendor 311. That VPN Gateway sends it is assumed:
# gateway-attributes.
function Get-VpnNpsSignInPath {
    param([hashtable]$Desired, [hashtable]$Observed)
    # For a user who is in no group: the policies of groups let in more users, and no fewer.
    $policies = @(Get-VpnNpsOtherPolicies $Desired $Observed.policies)
    foreach ($want in $Desired.radiusClients) {
        if ($want.name -eq $VpnNpsProbeClient) { continue }
        $name = Get-VpnNpsKnownName $Desired $Observed $want
        $before = Get-VpnNpsServerGate $Observed $want
        if (-not $before) { $before = Get-VpnNpsClientGate $Desired $Observed $want }
        foreach ($method in $Desired.networkPolicy.authenticationMethods) {
            foreach ($vendor in $true, $false) {
                $path = [ordered]@{ client = $want.name; tunnel = $(if ($method -eq 'PAP') { 'OpenVPN' } else { 'IkeV2' }); vendor311 = $vendor }
                $gate = $before
                $unknown = @()
                if (-not $gate) {
                    $request = New-VpnNpsRequest $name $want.address $method $vendor
                    $taken = Get-VpnNpsDecidingPolicy $Observed.requestPolicies $request
                    if ($taken.doubt) { $unknown += 'request-policy' }
                    $gate = Get-VpnNpsRequestPolicyGate $taken
                    if (-not $gate) {
                        $decided = Get-VpnNpsDecidingPolicy $policies $request
                        $policy = $decided.policy
                        if ($decided.doubt) { $unknown += 'network-policy' }
                        if (-not $policy) { $gate = New-VpnNpsGate 'network-policy' 'No enabled network policy matches (reason 48).' }
                        else {
                            $path['policy'] = $policy.name
                            if (-not $policy.ignoreDialIn) { if ($Observed.registered -ne $true) { $unknown += 'directory' }; $unknown += 'dial-in' }
                            if (-not $policy.grant) { $gate = New-VpnNpsGate 'network-policy' "The network policy '$($policy.name)' denies access (reason 65)." }
                            elseif (@(Get-VpnNpsMissingMethods $policy @($method)).Count) { $gate = New-VpnNpsGate 'method' "The network policy '$($policy.name)' does not allow $method (reason 66)." }
                        }
                    }
                    if (-not $gate) { $gate = Get-VpnNpsMfaGate $Desired $Observed.mfa }
                    if (-not $gate -and $Desired.mfaExtension -ne 'skip') {
                        $unknown += 'mfa-principal'
                        # Only Entra ID knows whether a user has a code that would be asked for.
                        if (Test-VpnNpsAsksForCodes $Observed.mfa) { $unknown += 'mfa-codes' }
                    }
                }
                if ($gate) { $path['refusedBy'] = $gate.gate; $path['why'] = $gate.why }
                if ($unknown.Count) { $path['unknown'] = @($unknown) }
                $path
            }
        }
    }
}

# Checked even when an earlier gate refuses: even before there is a client, people must know that a request will not be
# decided here.
function Get-VpnNpsRequestPolicyDifference {
    param([hashtable]$Desired, [hashtable]$Observed)
    foreach ($want in $Desired.radiusClients) {
        if ($want.name -eq $VpnNpsProbeClient) { continue }
        $name = Get-VpnNpsKnownName $Desired $Observed $want
        foreach ($method in $Desired.networkPolicy.authenticationMethods) {
            $gate = Get-VpnNpsRequestPolicyGate (Get-VpnNpsDecidingPolicy $Observed.requestPolicies (New-VpnNpsRequest $name $want.address $method $true))
            if ($gate) { New-VpnNpsDifference 'signIn' @() (New-VpnNpsFinding 'request-policy' $gate.why $want.name); break }
        }
    }
}

# The findings of the paths. When the path with the vendor 311 is refused, nobody
# gets in: that the gateway sends it is assumed: gateway-attributes.
function Get-VpnNpsSignInDifference {
    param([object[]]$Paths)
    foreach ($path in $Paths) {
        if (-not $path.vendor311) { continue }
        # Without the extension a password alone gets in: that is a finding of its own.
        if ($path.Contains('refusedBy') -and $path.refusedBy -eq 'mfa-loaded') { continue }
        if ($path.Contains('refusedBy')) {
            New-VpnNpsDifference 'signIn' @() (New-VpnNpsFinding 'sign-in-blocked' "A user of $($path.client) cannot sign in by $($path.tunnel): the gate $($path.refusedBy) refuses. $($path.why)" $path.client)
        }
    }
}

# The paths as the answer holds them. A path that is the same with and without the vendor is reported once, without
# vendor311.
function Get-VpnNpsSignInPathState {
    param([object[]]$Paths)
    foreach ($path in $Paths) {
        if (-not $path.vendor311) { continue }
        foreach ($other in $Paths) {
            if ($other.client -ne $path.client -or $other.tunnel -ne $path.tunnel -or $other.vendor311) { continue }
            $same = $true
            foreach ($field in 'policy', 'refusedBy', 'why', 'unknown') { if ("$($path[$field])" -cne "$($other[$field])") { $same = $false } }
            if ($same) { $path.Remove('vendor311'); $path } else { $path; $other }
        }
    }
}
