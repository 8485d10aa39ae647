# The desired state: JSON in, checked, defaults filled in.

$VpnNpsPublicCloudEndpoints = @(
    'login.microsoftonline.com', 'credentials.azure.com',
    'strongauthenticationservice.auth.microsoft.com', 'adnotifications.windowsazure.com')

function New-VpnNpsInvalid {
    param([string]$Target, [string]$Message)
    New-VpnNpsError -Code 'DesiredStateInvalid' -Message "${Target}: $Message" -Target $Target
}

# The value of a JSON field, with arrays kept whole; $null when it is left out.
function Get-VpnNpsField {
    param($Object, [string]$Name)
    if ($null -eq $Object) { return $null }
    $property = $Object.PSObject.Properties[$Name]
    if ($null -eq $property) { return $null }
    if ($property.Value -is [array]) { return , $property.Value }
    $property.Value
}

function Get-VpnNpsBoolean {
    param($Object, [string]$Name, [string]$Path, [bool]$Default)
    $value = Get-VpnNpsField $Object $Name
    if ($null -eq $value) { return $Default }
    if ($value -isnot [bool]) { throw (New-VpnNpsInvalid "$Path.$Name" 'must be true or false') }
    $value
}

# A text that becomes one argument of netsh: a quotation mark or a control character would end it early.
function Get-VpnNpsText {
    param($Object, [string]$Name, [string]$Path, [string]$Default, [int]$Longest = 255)
    $value = Get-VpnNpsField $Object $Name
    if ($null -eq $value -and $Default) { return $Default }
    if ($value -isnot [string] -or -not $value.Trim()) { throw (New-VpnNpsInvalid "$Path.$Name" 'must be a text that is not empty') }
    if ($value -match '["\x00-\x1f]') { throw (New-VpnNpsInvalid "$Path.$Name" 'must not hold a quotation mark or a control character') }
    if ($value.Length -gt $Longest) { throw (New-VpnNpsInvalid "$Path.$Name" "must have at most $Longest characters") }
    $value
}

function ConvertTo-VpnNpsDesiredClient {
    param($Value, [string]$Path)
    if ($Value -isnot [System.Management.Automation.PSCustomObject]) { throw (New-VpnNpsInvalid $Path 'must be an object with name and address') }
    $name = Get-VpnNpsText $Value 'name' $Path
    $address = Get-VpnNpsText $Value 'address' $Path
    $prefix = ConvertTo-VpnNpsPrefix $address
    if (-not $prefix) { throw (New-VpnNpsInvalid "$Path.address" "'$address' is no IPv4 address or prefix such as 10.0.255.0/27") }
    if (-not $prefix.exact) { throw (New-VpnNpsInvalid "$Path.address" "'$address' has host bits set; write $($prefix.text)") }
    @{
        name                  = $name
        address               = $prefix.text
        vendor                = Get-VpnNpsText $Value 'vendor' $Path 'RADIUS Standard'
        authAttributeRequired = Get-VpnNpsBoolean $Value 'authAttributeRequired' $Path $false
        enabled               = Get-VpnNpsBoolean $Value 'enabled' $Path $true
    }
}

function ConvertTo-VpnNpsDesiredClients {
    param($Value)
    if ($Value -isnot [array] -or $Value.Count -eq 0) { throw (New-VpnNpsInvalid 'radiusClients' 'must be a list with at least one RADIUS client') }
    $clients = @(for ($i = 0; $i -lt $Value.Count; $i++) { ConvertTo-VpnNpsDesiredClient $Value[$i] "radiusClients[$i]" })
    foreach ($field in 'name', 'address') {
        $seen = @{}
        foreach ($client in $clients) {
            if ($seen.ContainsKey($client[$field])) { throw (New-VpnNpsInvalid 'radiusClients' "two clients have the $field '$($client[$field])'") }
            $seen[$client[$field]] = $true
        }
    }
    $clients
}

function ConvertTo-VpnNpsDesiredPolicy {
    param($Value)
    if ($Value -isnot [System.Management.Automation.PSCustomObject]) { throw (New-VpnNpsInvalid 'networkPolicy' 'must be an object with a name') }
    $methods = Get-VpnNpsField $Value 'authenticationMethods'
    if ($methods -isnot [array] -or $methods.Count -eq 0) { throw (New-VpnNpsInvalid 'networkPolicy.authenticationMethods' 'must be a list of EAP, PAP or both') }
    foreach ($method in $methods) {
        if (@('EAP', 'PAP') -cnotcontains $method) { throw (New-VpnNpsInvalid 'networkPolicy.authenticationMethods' "'$method' is not one of EAP, PAP") }
    }
    $kind = Get-VpnNpsField $Value 'kind'
    if ($null -eq $kind) { $kind = 'named' }
    if (@('named', 'own', 'auto') -cnotcontains $kind) { throw (New-VpnNpsInvalid 'networkPolicy.kind' 'must be "named", "own" or "auto"') }
    $name = $null
    $ownName = $null
    if ($kind -ne 'own') { $name = Get-VpnNpsText $Value 'name' 'networkPolicy' }
    if ($kind -ne 'named') { $ownName = Get-VpnNpsText $Value 'ownName' 'networkPolicy' }
    @{
        kind                  = $kind
        name                  = $name
        ownName               = $ownName
        ownPrefix             = $(if ($null -ne (Get-VpnNpsField $Value 'ownPrefix')) { Get-VpnNpsText $Value 'ownPrefix' 'networkPolicy' })
        grant                 = Get-VpnNpsBoolean $Value 'grant' 'networkPolicy' $true
        authenticationMethods = @($methods | Select-Object -Unique)
    }
}

function ConvertTo-VpnNpsDesiredInstaller {
    param($Value)
    if ($Value -isnot [System.Management.Automation.PSCustomObject]) {
        throw (New-VpnNpsInvalid 'mfaInstaller' 'is needed with mfaExtension "install": { "source": an https address or a path, "sha256": "..." }')
    }
    $source = Get-VpnNpsText $Value 'source' 'mfaInstaller' -Longest 2000
    if ($source -match '^[a-z][a-z0-9+.-]+://' -and $source -notmatch '^https://') { throw (New-VpnNpsInvalid 'mfaInstaller.source' 'must be an https address or a path') }
    $sha256 = Get-VpnNpsField $Value 'sha256'
    if ($null -ne $sha256 -and $sha256 -notmatch '^[0-9a-fA-F]{64}$') { throw (New-VpnNpsInvalid 'mfaInstaller.sha256' 'must be 64 hexadecimal digits') }
    @{ source = $source; sha256 = $sha256 }
}

function ConvertFrom-VpnNpsBase64 {
    param([string]$Text, [string]$Target)
    try { , [System.Convert]::FromBase64String($Text) } catch { throw (New-VpnNpsInvalid $Target 'is not base64') }
}

function ConvertTo-VpnNpsApprovedChanges {
    param($Value)
    if ($null -eq $Value) { return $null }
    if ($Value -isnot [array]) { throw (New-VpnNpsInvalid 'approvedChanges' 'must be a list of ids of changes') }
    $ids = @{}
    foreach ($id in $Value) { if ($id -isnot [string]) { throw (New-VpnNpsInvalid 'approvedChanges' 'must be a list of ids of changes') } else { $ids[$id] = $true } }
    $ids
}

function ConvertFrom-VpnNpsDesiredState {
    param([string]$Json)
    try { $value = ConvertFrom-Json -InputObject $Json -ErrorAction Stop } catch { $value = $null }
    if ($value -isnot [System.Management.Automation.PSCustomObject]) { throw (New-VpnNpsInvalid 'DesiredState' 'is not a JSON object') }
    $ensure = Get-VpnNpsField $value 'ensure'
    if ($null -ne $ensure -and @('present', 'absent') -cnotcontains $ensure) { throw (New-VpnNpsInvalid 'ensure' 'must be "present" or "absent"') }
    $approved = ConvertTo-VpnNpsApprovedChanges (Get-VpnNpsField $value 'approvedChanges')
    if ($ensure -ceq 'absent') { return ConvertTo-VpnNpsAbsentState $value $approved }
    $mfa = Get-VpnNpsField $value 'mfaExtension'
    if (@('require', 'install', 'skip') -cnotcontains $mfa) { throw (New-VpnNpsInvalid 'mfaExtension' 'must be "require", "install" or "skip"') }
    $endpoints = Get-VpnNpsField $value 'mfaEndpoints'
    if ($null -eq $endpoints) { $endpoints = $VpnNpsPublicCloudEndpoints }
    if ($endpoints -isnot [array]) { throw (New-VpnNpsInvalid 'mfaEndpoints' 'must be a list of host names') }
    foreach ($endpoint in $endpoints) {
        if ($endpoint -isnot [string] -or $endpoint -notmatch '^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$') { throw (New-VpnNpsInvalid 'mfaEndpoints' "'$endpoint' is no host name") }
    }
    $blast = Get-VpnNpsField $value 'blastRadius'
    $desired = @{
        ensure           = 'present'
        radiusClients    = @(ConvertTo-VpnNpsDesiredClients (Get-VpnNpsField $value 'radiusClients'))
        networkPolicy    = ConvertTo-VpnNpsDesiredPolicy (Get-VpnNpsField $value 'networkPolicy')
        groupPolicies    = ConvertTo-VpnNpsDesiredGroups (Get-VpnNpsField $value 'groupPolicies')
        mfaExtension     = $mfa
        mfaInstaller     = $null
        mfaEndpoints     = @($endpoints)
        limitProxyState  = Get-VpnNpsBoolean $blast 'limitProxyState' 'blastRadius' $true
        requireMsgAuth   = Get-VpnNpsBoolean $blast 'requireMessageAuthenticator' 'blastRadius' $false
        secretProofKey   = $null
        secretKey        = Get-VpnNpsBoolean $value 'secretKey' 'DesiredState' $false
        approvedChanges  = $approved
        brief            = Get-VpnNpsBoolean $value 'brief' 'DesiredState' $false
    }
    # Whether the gateway sends Message-Authenticator with PAP is not documented; with EAP it must (RFC 3579).
    if ($desired.requireMsgAuth -and $desired.networkPolicy.authenticationMethods -contains 'PAP') {
        throw (New-VpnNpsInvalid 'blastRadius.requireMessageAuthenticator' 'can only be true when EAP is the only authentication method')
    }
    if ($mfa -ceq 'install') { $desired.mfaInstaller = ConvertTo-VpnNpsDesiredInstaller (Get-VpnNpsField $value 'mfaInstaller') }
    $key = Get-VpnNpsField $value 'secretProofKey'
    if ($null -ne $key) { $desired.secretProofKey = ConvertFrom-VpnNpsBase64 ([string]$key) 'secretProofKey' }
    $desired
}
