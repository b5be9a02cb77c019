type Child = Node | string | undefined | false;

/** An element with children. Text stays text, whatever is in it. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children.filter((child): child is Node | string => child !== undefined && child !== false));
  return made;
}

/** A button that is on or off. */
export function toggle(title: string, onChange: (isOn: boolean) => void): HTMLButtonElement {
  const button = element('button', {
    textContent: title,
    onclick() {
      const isOn = button.ariaPressed !== 'true';
      button.ariaPressed = String(isOn);
      onChange(isOn);
    }
  });
  button.ariaPressed = 'false';
  return button;
}
