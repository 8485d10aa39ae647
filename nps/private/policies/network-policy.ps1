# How the network policy of the gateway differs from the wanted one, and what the answer says of it.

# A test of several gateways compares the policy of each of them. Otherwise the policy is that of the first RADIUS client.
# The same finding about a policy that several gateways share is reported once.
function Get-VpnNpsNetworkPolicyDifferenceOfEach {
    param([hashtable]$Desired, [hashtable]$Observed)
    $prefix = $Desired.networkPolicy.ownPrefix
    if (-not $prefix) { return Get-VpnNpsNetworkPolicyDifference $Desired $Observed }
    $told = @{}
    foreach ($want in $Desired.radiusClients) {
        if ($want.name -eq $VpnNpsProbeClient) { continue }
        $one = @{} + $Desired
        $one.radiusClients = @($want) + @(foreach ($other in $Desired.radiusClients) { if ($other.name -ne $want.name) { $other } })
        $one.networkPolicy = @{} + $Desired.networkPolicy
        $one.networkPolicy.ownName = "$prefix$($want.name)"
        $its = @{} + $Observed
        $its.networkPolicy = Select-VpnNpsNetworkPolicy $one $Observed.policies $Observed.otherClients
        foreach ($difference in @(Get-VpnNpsNetworkPolicyDifference $one $its)) {
            $key = "$($difference.subject)"
            if ($difference.finding) { $key = "$($difference.finding.id) $($difference.finding.message)" }
            if ($told.ContainsKey($key)) { continue }
            $told[$key] = $true
            $difference
        }
    }
}

function Get-VpnNpsNetworkPolicyDifference {
    param([hashtable]$Desired, [hashtable]$Observed)
    $choice = $Observed.networkPolicy
    $named = @(foreach ($policy in $Observed.policies) { if ($policy.name -eq $choice.name) { $policy } })
    if ($named.Count -gt 1) {
        return New-VpnNpsDifference 'networkPolicy' @() (New-VpnNpsFinding 'policy-twice' "NPS has $($named.Count) network policies named '$($choice.name)'.")
    }
    if ($named.Count) { return Get-VpnNpsHeldPolicyDifference $Desired $Observed $named[0] }
    if ($choice.kind -eq 'own') { return Get-VpnNpsOwnPolicyDifference $Desired $Observed }
    $names = (@(foreach ($policy in $Observed.policies) { "'$($policy.name)'" }) -join ', ')
    New-VpnNpsDifference 'networkPolicy' @() (New-VpnNpsFinding 'policy-missing' "NPS has no network policy named '$($choice.name)'. It has: $names.")
}

function Get-VpnNpsOwnPolicyDifference {
    param([hashtable]$Desired, [hashtable]$Observed)
    $name = $Observed.networkPolicy.name
    $label = "networkPolicy $name"
    $client = Get-VpnNpsGatewayClientName $Desired $Observed.clients
    $ours = @($name) + @(foreach ($policy in @(Get-VpnNpsGroupPolicies $Desired $Observed.policies)) { $policy.name })
    $position = Get-VpnNpsPosition $Observed.policies $ours @(Get-VpnNpsGatewayRequests $Desired $Observed.clients)
    $methods = $Desired.networkPolicy.authenticationMethods -join ' and '
    $change = New-VpnNpsChange "policy-added:$name" "${label}: added at position $($position.order), for RADIUS client $client alone, grants access by $methods" 'own' -Restart
    New-VpnNpsDifference 'networkPolicy' @($change) (New-VpnNpsFinding 'policy-missing' "NPS has no network policy named '$name'; it must be made." $Desired.radiusClients[0].name) @{ add = $position.order; client = $client }
    if ($position.decision) {
        $order = New-VpnNpsChange "policy-order:${name}:before:$($position.decision.name)" "${label}: order $($position.order) -> $($position.decision.order), before '$($position.decision.name)', which denies" 'own' -Restart -Asks
        New-VpnNpsDifference 'networkPolicy' @($order) (New-VpnNpsFinding 'policy-order' "The network policy '$($position.decision.name)' comes first, matches what the gateway sends, and denies.") @{ order = $position.decision.order }
    }
}

function Get-VpnNpsHeldPolicyDifference {
    param([hashtable]$Desired, [hashtable]$Observed, [hashtable]$Policy)
    $want = $Desired.networkPolicy
    $name = $Policy.name
    $label = "networkPolicy $name"
    $own = $Observed.networkPolicy.kind -eq 'own'
    $scope = 'shared'
    if ($own) { $scope = 'own' }
    # The users of every RADIUS client meet a named policy: what it allows, it allows for all of them.
    $asks = -not $own -and $Observed.others -gt 0
    if ($Policy.grant -ne $want.grant) {
        $verb = 'deny'
        if ($want.grant) { $verb = 'grant' }
        $finding = New-VpnNpsFinding 'policy-not-granting' "The network policy '$name' denies access: nobody can connect."
        if (-not $want.grant) { $finding = $null }
        # The policy of the article denies when it is new. One that denies after a gateway was set up may be somebody's
        # decision.
        $denied = $want.grant -and ($own -or $Observed.gateways)
        New-VpnNpsDifference 'networkPolicy' @(New-VpnNpsChange "policy-${verb}:$name" "${label}: access permission set to $verb" $scope -Restart -Asks:($asks -or $denied)) $finding @{ grant = $want.grant }
    }
    if (-not $Policy.enabled) {
        New-VpnNpsDifference 'networkPolicy' @(New-VpnNpsChange "policy-enabled:$name" "${label}: enabled" $scope -Restart -Asks) (New-VpnNpsFinding 'policy-disabled' "The network policy '$name' is disabled.") @{ enable = $true }
    }
    $requests = @(Get-VpnNpsGatewayRequests $Desired $Observed.clients)
    if (-not @(foreach ($request in $requests) { if ((Test-VpnNpsMatch $Policy $request) -ne 'no') { $true } }).Count) {
        New-VpnNpsDifference 'networkPolicy' @() (New-VpnNpsFinding 'policy-conditions' "The network policy '$name' asks for $($Policy.conditions -join ' and '), which a request of the gateway does not contain.")
    }
    if ($want.grant) { Get-VpnNpsOrderDifference $Desired $Observed $Policy $requests $scope }
    $missing = @(Get-VpnNpsMissingMethods $Policy $want.authenticationMethods)
    if ($missing.Count) {
        $changes = @(foreach ($method in $missing) { New-VpnNpsChange "policy-method-${method}:$name" "${label}: authentication method $method allowed" $scope -Restart -Asks:$asks })
        New-VpnNpsDifference 'networkPolicy' $changes (New-VpnNpsFinding 'policy-methods' "The network policy '$name' does not allow $($missing -join ' and '): NPS rejects these connections (reason 66).") @{ methods = $missing }
    }
}

# Another policy decides before ours, and would not let the gateway in. An approval is needed to go before a deny, and also
# to move a policy that is not only ours when others use the server.
function Get-VpnNpsOrderDifference {
    param([hashtable]$Desired, [hashtable]$Observed, [hashtable]$Policy, [object[]]$Requests, [string]$Scope)
    $name = $Policy.name
    foreach ($request in $Requests) {
        $earlier = @(foreach ($one in @(Get-VpnNpsOtherPolicies $Desired $Observed.policies)) { if ($one.enabled -and $one.order -lt $Policy.order) { $one } })
        $first = (Get-VpnNpsDecidingPolicy $earlier $request).policy
        if (-not $first) { continue }
        if ($first.grant -and -not @(Get-VpnNpsMissingMethods $first @($request.method)).Count) { continue }
        $does = 'denies'
        if ($first.grant) { $does = "does not allow $($request.method)" }
        $asks = -not $first.grant -or ($Scope -ne 'own' -and $Observed.others -gt 0)
        $change = New-VpnNpsChange "policy-order:${name}:before:$($first.name)" "networkPolicy ${name}: order $($Policy.order) -> $($first.order), before '$($first.name)'" $Scope -Restart -Asks:$asks
        return New-VpnNpsDifference 'networkPolicy' @($change) (New-VpnNpsFinding 'policy-order' "The network policy '$($first.name)' comes first, matches what the gateway sends, and $does.") @{ order = $first.order }
    }
}

function Get-VpnNpsNetworkPolicyState {
    param([hashtable]$Observed)
    $choice = $Observed.networkPolicy
    foreach ($policy in $Observed.policies) {
        if ($policy.name -eq $choice.name) { return [ordered]@{ kind = $choice.kind; name = $policy.name; exists = $true; enabled = $policy.enabled; grant = $policy.grant; order = $policy.order; authenticationMethods = @(Get-VpnNpsAuthenticationMethods $policy) } }
    }
    [ordered]@{ kind = $choice.kind; name = $choice.name; exists = $false; enabled = $false; grant = $false; order = 0; authenticationMethods = @() }
}
