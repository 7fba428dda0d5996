import { type MantineColorScheme, SegmentedControl, useMantineColorScheme } from '@mantine/core'
import css from './color-scheme-switch.module.css'
import { Icon, type IconName } from './icon.tsx'

const schemes: readonly { value: MantineColorScheme; icon: IconName; name: string }[] = [
  { value: 'light', icon: 'sun', name: 'Light' },
  { value: 'auto', icon: 'auto', name: 'As the system' },
  { value: 'dark', icon: 'moon', name: 'Dark' },
]

export function ColorSchemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <SegmentedControl
      aria-label="Colour scheme"
      size="xs"
      value={colorScheme}
      onChange={setColorScheme}
      classNames={{ root: css.root ?? '' }}
      data={schemes.map(({ value, icon, name }) => ({
        value,
        label: (
          <span className={css.label} title={name}>
            <Icon name={icon} size={16} />
            <span className={css.name}>{name}</span>
          </span>
        ),
      }))}
    />
  )
}
