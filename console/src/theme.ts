import { createTheme, type MantineColorsTuple } from '@mantine/core'

const water: MantineColorsTuple = [
  '#e6f7f8',
  '#cfecef',
  '#9fd8de',
  '#6bc3cd',
  '#43b1bf',
  '#2aa5b5',
  '#1698a9',
  '#0c7c8c',
  '#07687a',
  '#045262',
]

/** Mantine's neutral greys with a little of the water in them. */
const slate: MantineColorsTuple = [
  '#d5dde0',
  '#b3bfc4',
  '#8d9ba2',
  '#66757d',
  '#3d4b53',
  '#2c383f',
  '#212b31',
  '#182126',
  '#11181c',
  '#0b1013',
]

export const theme = createTheme({
  colors: { water, dark: slate },
  primaryColor: 'water',
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "Roboto Mono", "DejaVu Sans Mono", monospace',
})
