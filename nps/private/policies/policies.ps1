# Network policies and connection request policies, read from the export, and whether their conditions meet a request of
# the gateway.

# Values of the profile attribute NP-Authentication-Type (0x1009).
$VpnNpsAuthenticationTypes = @{ 1 = 'PAP'; 2 = 'CHAP'; 3 = 'MSCHAP'; 4 = 'MSCHAPv2'; 5 = 'EAP'; 7 = 'Unauthenticated'; 9 = 'MSCHAP-CPW'; 10 = 'MSCHAPv2-CPW' }
# First byte of the 16 of NP-Allowed-EAP-Type (0x100a): the EAP method's number.
$VpnNpsEapTypes = @{ 13 = 'EAP-TLS'; 25 = 'PEAP'; 26 = 'EAP-MSCHAPv2' }
$VpnNpsEapMschapv2 = '1a000000000000000000000000000000'
$VpnNpsAlways = '(?i)^\s*TIMEOFDAY\("0 00:00-24:00; 1 00:00-24:00; 2 00:00-24:00; 3 00:00-24:00; 4 00:00-24:00; 5 00:00-24:00; 6 00:00-24:00"\)\s*$'

# A copied policy keeps the name of the first one in msNPAction. Its profile then has one of the two names.
function Find-VpnNpsProfile {
    param([object[]]$Profiles, [string]$Name, [string]$Action)
    foreach ($wanted in $Name, $Action) { foreach ($one in $Profiles) { if ($one.GetAttribute('name') -eq $wanted) { return $one } } }
}

function Add-VpnNpsOrder {
    param([object[]]$Policies)
    $order = 0
    foreach ($policy in @($Policies | Sort-Object -Property { $_.sequence })) { $order++; $policy['order'] = $order; $policy }
}

function Read-VpnNpsNetworkPolicies {
    param([System.Xml.XmlDocument]$Configuration)
    $profiles = @(Get-VpnNpsConfigurationNode $Configuration 'RadiusProfiles')
    $policies = @(foreach ($node in @(Get-VpnNpsConfigurationNode $Configuration 'NetworkPolicy')) {
            $name = $node.GetAttribute('name')
            $radiusProfile = Find-VpnNpsProfile $profiles $name (Get-VpnNpsFirstProperty $node 'msNPAction')
            $profileName = $null
            if ($radiusProfile) { $profileName = $radiusProfile.GetAttribute('name') }
            @{
                name         = $name
                enabled      = (Get-VpnNpsFirstProperty $node 'Policy_Enabled' '1') -ne '0'
                sequence     = [int](Get-VpnNpsFirstProperty $node 'msNPSequence' '999999')
                conditions   = @(Get-VpnNpsProperty $node 'msNPConstraint')
                profile      = $profileName
                grant        = (Get-VpnNpsFirstProperty $radiusProfile 'msNPAllowDialin') -eq '1'
                ignoreDialIn = (Get-VpnNpsFirstProperty $radiusProfile 'msIgnoreUserDialinProperties') -eq '1'
                authTypes    = @(foreach ($type in @(Get-VpnNpsProperty $radiusProfile 'msNPAuthenticationType2')) { [int]$type })
                vendorSpecific = @(Get-VpnNpsProperty $radiusProfile 'msRADIUSAnyVSA')
                eapTypes     = @(foreach ($type in @(Get-VpnNpsProperty $radiusProfile 'msNPAllowedEapType')) { $type.ToLowerInvariant() })
            }
        })
    Add-VpnNpsOrder $policies
}

# Connection request policies: which of them takes a request, and whether it authenticates here (1) or forwards (2).
function Read-VpnNpsRequestPolicies {
    param([System.Xml.XmlDocument]$Configuration)
    $profiles = @(Get-VpnNpsConfigurationNode $Configuration 'Proxy_Profiles')
    $policies = @(foreach ($node in @(Get-VpnNpsConfigurationNode $Configuration 'Proxy_Policies')) {
            $name = $node.GetAttribute('name')
            $proxyProfile = Find-VpnNpsProfile $profiles $name (Get-VpnNpsFirstProperty $node 'msNPAction')
            @{
                name       = $name
                enabled    = (Get-VpnNpsFirstProperty $node 'Policy_Enabled' '1') -ne '0'
                sequence   = [int](Get-VpnNpsFirstProperty $node 'msNPSequence' '999999')
                conditions = @(Get-VpnNpsProperty $node 'msNPConstraint')
                provider   = Get-VpnNpsFirstProperty $proxyProfile 'msAuthProviderType' '1'
                grant      = (Get-VpnNpsFirstProperty $proxyProfile 'msAuthProviderType' '1') -eq '1'
                group      = Get-VpnNpsFirstProperty $proxyProfile 'msAuthProviderName'
            }
        })
    Add-VpnNpsOrder $policies
}

function Read-VpnNpsPorts {
    param([System.Xml.XmlDocument]$Configuration)
    $node = $Configuration.SelectSingleNode('/Root/Children/Microsoft_Internet_Authentication_Service/Children/Protocols/Children/Microsoft_Radius_Protocol')
    # "1812,1645", or also "10.0.1.4:1812" with the address of an adapter.
    foreach ($port in (Get-VpnNpsFirstProperty $node 'Authentication_Port' '1812,1645').Split([char[]]',;')) { $port.Trim().Split(':')[-1] }
}

function Get-VpnNpsAuthenticationMethods {
    param([hashtable]$Policy)
    foreach ($type in $Policy.authTypes) {
        if ($VpnNpsAuthenticationTypes.ContainsKey($type)) { $VpnNpsAuthenticationTypes[$type] } else { "type $type" }
        if ($type -eq 5) {
            foreach ($eap in $Policy.eapTypes) {
                $number = [Convert]::ToInt32($eap.Substring(0, 2), 16)
                if ($VpnNpsEapTypes.ContainsKey($number)) { $VpnNpsEapTypes[$number] } else { "EAP type $number" }
            }
        }
    }
}

# What a request of the gateway shows to conditions. RRAS sends the port type "virtual" (5); it is not documented
# whether VPN Gateway does so too.
function New-VpnNpsRequest {
    param([string]$Client, [string]$Prefix, [string]$Method, [bool]$Vendor311)
    $type = '5'
    if ($Method -eq 'PAP') { $type = '1' }
    @{ client = $Client; prefix = $Prefix; method = $Method; vendor311 = $Vendor311; values = @{ 'client-friendly-name' = $Client; 'nas-port-type' = '5'; 'client-vendor' = '0'; 'authentication-type' = $type } }
}

# 'yes', 'no' or 'maybe' (hours, groups, and what is not known of the gateway's requests).
function Test-VpnNpsCondition {
    param([string]$Condition, [hashtable]$Request)
    if ($Condition -match $VpnNpsAlways) { return 'yes' }
    if ($Condition -notmatch '(?is)^\s*MATCH\("([^=]+)=(.*)"\)\s*$') { return 'maybe' }
    $name = $Matches[1].Trim().ToLowerInvariant()
    $pattern = $Matches[2]
    try {
        if ($name -eq 'ms-ras-vendor') { if ($Request.vendor311 -and [regex]::IsMatch('311', $pattern)) { return 'yes' } else { return 'no' } }
        if ($name -eq 'client-ip-address') {
            $addresses = @(Get-VpnNpsUsableAddress $Request.prefix)
            if ($addresses.Count -gt 123) { return 'maybe' }
            if (-not $addresses.Count) { $addresses = @($Request.prefix) }
            $met = 0
            foreach ($address in $addresses) { if ([regex]::IsMatch($address, $pattern)) { $met++ } }
            if ($met -eq $addresses.Count) { return 'yes' }
            if ($met -eq 0) { return 'no' }
            return 'maybe'
        }
        if ($Request.values.ContainsKey($name)) { if ([regex]::IsMatch($Request.values[$name], $pattern, 'IgnoreCase')) { return 'yes' } else { return 'no' } }
    }
    catch { return 'maybe' }
    'maybe'
}

function Test-VpnNpsMatch {
    param([hashtable]$Policy, [hashtable]$Request)
    $answer = 'yes'
    foreach ($condition in $Policy.conditions) {
        $one = Test-VpnNpsCondition $condition $Request
        if ($one -eq 'no') { return 'no' }
        if ($one -eq 'maybe') { $answer = 'maybe' }
    }
    $answer
}

# The policy that decides about a request: the first enabled one whose conditions are met. A policy that may match only
# users of a group, or some hours, counts when it grants (a request policy: when it authenticates here). When it denies
# or forwards, as for the users of a partner's realm, those users are somebody's decision, and the next policy counts.
function Get-VpnNpsDecidingPolicy {
    param([object[]]$Policies, [hashtable]$Request)
    $doubt = $false
    foreach ($policy in $Policies) {
        if (-not $policy.enabled) { continue }
        $match = Test-VpnNpsMatch $policy $Request
        if ($match -eq 'no') { continue }
        if ($match -eq 'maybe') { $doubt = $true; if (-not $policy.grant) { continue } }
        return @{ policy = $policy; doubt = $doubt }
    }
    @{ policy = $null; doubt = $doubt }
}

function Get-VpnNpsMissingMethods {
    param([hashtable]$Policy, [string[]]$Methods)
    foreach ($method in $Methods) {
        if ($method -eq 'PAP' -and $Policy.authTypes -notcontains 1) { 'PAP' }
        if ($method -eq 'EAP' -and ($Policy.authTypes -notcontains 5 -or $Policy.eapTypes -notcontains $VpnNpsEapMschapv2)) { 'EAP' }
    }
}
