# The NPS configuration as Export-NpsConfiguration writes it: read, compared, kept as a backup.
#
# An export holds every shared secret in clear text. It is only ever in a directory that only Administrators and SYSTEM
# may open; the directory gets these rights before anything is written. In Set, no export is made after the new secret
# is in NPS.

$VpnNpsBackupsKept = 5

function Get-VpnNpsProtectedDirectory {
    # Under Program Files, where only an administrator can have made the folder (or a link with its name) before.
    $directory = Join-Path (Join-Path $env:ProgramFiles 'VpnNps') 'Backups'
    if (-not (Test-Path -LiteralPath $directory)) { $null = New-Item -ItemType Directory -Path $directory -Force }
    # By SID, because the names of these two differ between languages of Windows.
    Invoke-VpnNpsProgram 'icacls.exe' @($directory, '/inheritance:r', '/grant:r', '*S-1-5-32-544:(OI)(CI)F', '*S-1-5-18:(OI)(CI)F', '/q')
    # A run that was killed left these. A manual run may be reading at this moment, so only old ones are removed.
    foreach ($path in [System.IO.Directory]::GetFiles($directory, 'reading-*')) {
        if ([System.IO.File]::GetLastWriteTimeUtc($path) -lt [datetime]::UtcNow.AddHours(-1)) { try { [System.IO.File]::Delete($path) } catch { continue } }
    }
    $directory
}

function New-VpnNpsReadingPath {
    param([string]$Extension)
    Join-Path (Get-VpnNpsProtectedDirectory) "reading-$PID-$([guid]::NewGuid()).$Extension"
}

function Read-VpnNpsConfigurationFile {
    param([string]$Path)
    $document = [System.Xml.XmlDocument]::new()
    $document.XmlResolver = $null
    $document.Load($Path)
    $document
}

function Read-VpnNpsConfiguration {
    $path = New-VpnNpsReadingPath 'xml'
    try {
        $null = Export-NpsConfiguration -Path $path
        Read-VpnNpsConfigurationFile $path
    }
    finally { if ([System.IO.File]::Exists($path)) { [System.IO.File]::Delete($path) } }
}

function Backup-VpnNpsConfiguration {
    $directory = Get-VpnNpsProtectedDirectory
    $path = Join-Path $directory "nps-$([datetime]::UtcNow.ToString('yyyyMMdd-HHmmss-fff', [cultureinfo]::InvariantCulture)).xml"
    $null = Export-NpsConfiguration -Path $path
    $names = [System.IO.Directory]::GetFiles($directory, 'nps-*.xml')
    [array]::Sort($names, [System.StringComparer]::Ordinal)
    for ($i = 0; $i -lt $names.Length - $VpnNpsBackupsKept; $i++) { [System.IO.File]::Delete($names[$i]) }
    $path
}

function Get-VpnNpsConfigurationNode {
    param([System.Xml.XmlDocument]$Document, [string]$Path)
    foreach ($node in $Document.SelectNodes("/Root/Children/Microsoft_Internet_Authentication_Service/Children/$Path/Children/*")) { , $node }
}

# All values of a property of a node. It is never used for Shared_Secret, whose text goes into a SecureString where it
# is read.
function Get-VpnNpsProperty {
    param([System.Xml.XmlElement]$Node, [string]$Name)
    if ($null -eq $Node) { return }
    foreach ($property in $Node.SelectNodes("Properties/$Name")) { $property.InnerText.Trim() }
}

function Get-VpnNpsFirstProperty {
    param([System.Xml.XmlElement]$Node, [string]$Name, [string]$Default)
    if ($null -eq $Node) { return $Default }
    $found = $Node.SelectSingleNode("Properties/$Name")
    if ($null -eq $found) { return $Default }
    $found.InnerText.Trim()
}

# Every setting under "path value", with how often it occurs. So two configurations can be compared without
# knowing what each setting means. It holds only hashes of the values, because the whole export with its secrets passes
# through here.
function Get-VpnNpsSettings {
    param([System.Xml.XmlDocument]$Document)
    $settings = [System.Collections.Generic.Dictionary[string, string]]::new([System.StringComparer]::Ordinal)
    $sha = [System.Security.Cryptography.SHA256]::Create()
    try {
        $stack = [System.Collections.Generic.Stack[object]]::new()
        $stack.Push(@{ node = $Document.SelectSingleNode('/Root/Children/Microsoft_Internet_Authentication_Service'); path = 'NPS' })
        while ($stack.Count) {
            $top = $stack.Pop()
            foreach ($property in $top.node.SelectNodes('Properties/*')) {
                $path = "$($top.path)/$($property.LocalName)"
                $hash = [System.Convert]::ToBase64String($sha.ComputeHash([System.Text.Encoding]::UTF8.GetBytes($property.InnerText.Trim())))
                $key = "$path`n$hash"
                while ($settings.ContainsKey($key)) { $key += '+' }
                $settings.Add($key, $path)
            }
            foreach ($child in $top.node.SelectNodes('Children/*')) { $stack.Push(@{ node = $child; path = "$($top.path)/$($child.GetAttribute('name'))" }) }
        }
    }
    finally { $sha.Dispose() }
    , $settings
}

# The paths of settings that differ, without values, because some values are secrets.
function Compare-VpnNpsConfiguration {
    param([System.Xml.XmlDocument]$Before, [System.Xml.XmlDocument]$After, [string[]]$Expected = @())
    $old = Get-VpnNpsSettings $Before
    $new = Get-VpnNpsSettings $After
    $paths = [System.Collections.Generic.SortedSet[string]]::new([System.StringComparer]::Ordinal)
    foreach ($key in $old.Keys) { if (-not $new.ContainsKey($key)) { [void]$paths.Add($old[$key]) } }
    foreach ($key in $new.Keys) { if (-not $old.ContainsKey($key)) { [void]$paths.Add($new[$key]) } }
    foreach ($path in $Expected) { [void]$paths.Remove($path) }
    foreach ($path in $paths) { $path }
}
