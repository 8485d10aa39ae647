# The NPS configuration as Export-NpsConfiguration writes it: read, compared, kept as a backup, put back.
#
# An export holds every shared secret in clear text. It only ever lies in a directory that Administrators and SYSTEM
# alone may open, set so before anything is written. In Set, no export is made once the new secret is in NPS.

$VpnNpsBackupsKept = 5

function Get-VpnNpsProtectedDirectory {
    # Under Program Files, where nobody but an administrator can have made the folder (or a link of its name) before.
    $directory = Join-Path (Join-Path $env:ProgramFiles 'VpnNps') 'Backups'
    if (-not (Test-Path -LiteralPath $directory)) { New-Item -ItemType Directory -Path $directory -Force | Out-Null }
    # By SID: the names of these two differ between languages of Windows.
    Invoke-VpnNpsProgram 'icacls.exe' @($directory, '/inheritance:r', '/grant:r', '*S-1-5-32-544:(OI)(CI)F', '*S-1-5-18:(OI)(CI)F', '/q')
    # Of a run that was killed.
    Get-ChildItem -LiteralPath $directory -Filter 'reading-*' | Remove-Item -Force -ErrorAction SilentlyContinue
    $directory
}

function Read-VpnNpsConfigurationFile {
    param([string]$Path)
    $document = [System.Xml.XmlDocument]::new()
    $document.XmlResolver = $null
    $document.Load($Path)
    $document
}

function Read-VpnNpsConfiguration {
    $path = Join-Path (Get-VpnNpsProtectedDirectory) "reading-$([guid]::NewGuid()).xml"
    try {
        Export-NpsConfiguration -Path $path | Out-Null
        Read-VpnNpsConfigurationFile $path
    }
    finally { if (Test-Path -LiteralPath $path) { Remove-Item -LiteralPath $path -Force } }
}

function Backup-VpnNpsConfiguration {
    $directory = Get-VpnNpsProtectedDirectory
    $path = Join-Path $directory "nps-$([datetime]::UtcNow.ToString('yyyyMMdd-HHmmss-fff')).xml"
    Export-NpsConfiguration -Path $path | Out-Null
    Get-ChildItem -LiteralPath $directory -Filter 'nps-*.xml' | Sort-Object -Property Name -Descending |
        Select-Object -Skip $VpnNpsBackupsKept | Remove-Item -Force
    $path
}

function Get-VpnNpsConfigurationNode {
    param([System.Xml.XmlDocument]$Document, [string]$Path)
    @($Document.SelectNodes("/Root/Children/Microsoft_Internet_Authentication_Service/Children/$Path/Children/*"))
}

function Get-VpnNpsProperty {
    param([System.Xml.XmlElement]$Node, [string]$Name)
    if ($null -eq $Node) { return }
    foreach ($property in @($Node.SelectNodes("Properties/$Name"))) { $property.InnerText.Trim() }
}

# Every setting as "path: value", so that two configurations can be compared without knowing what each setting means.
function Get-VpnNpsConfigurationLine {
    param([System.Xml.XmlElement]$Node, [string]$Path)
    foreach ($child in @($Node.ChildNodes | Where-Object { $_ -is [System.Xml.XmlElement] })) {
        switch ($child.LocalName) {
            'Properties' { foreach ($p in @($child.SelectNodes('*'))) { "$Path/$($p.LocalName): $($p.InnerText.Trim())" } }
            'Children' { foreach ($c in @($child.SelectNodes('*'))) { Get-VpnNpsConfigurationLine $c "$Path/$($c.GetAttribute('name'))" } }
        }
    }
}

# The paths of settings that differ, without values: some are secrets.
function Compare-VpnNpsConfiguration {
    param([System.Xml.XmlDocument]$Before, [System.Xml.XmlDocument]$After, [string[]]$Expected = @())
    $root = '/Root/Children/Microsoft_Internet_Authentication_Service'
    $old = @(Get-VpnNpsConfigurationLine $Before.SelectSingleNode($root) 'NPS' | Sort-Object)
    $new = @(Get-VpnNpsConfigurationLine $After.SelectSingleNode($root) 'NPS' | Sort-Object)
    $paths = @(Compare-Object -ReferenceObject $old -DifferenceObject $new -CaseSensitive | ForEach-Object { $_.InputObject.Substring(0, $_.InputObject.IndexOf(': ')) })
    @($paths | Select-Object -Unique | Where-Object { $Expected -cnotcontains $_ })
}
