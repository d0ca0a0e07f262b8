/** A QR code as rows of squares that are dark. The library comes when somebody asks for it. */
export async function qrOf(text: string): Promise<boolean[][]> {
  const { default: qrcode } = await import('qrcode-generator')
  const code = qrcode(0, 'M')
  code.addData(text, 'Byte')
  code.make()
  const size = code.getModuleCount()
  return Array.from({ length: size }, (_, row) => Array.from({ length: size }, (_, column) => code.isDark(row, column)))
}
