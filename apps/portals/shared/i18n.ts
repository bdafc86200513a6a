import { createInstance, type i18n as I18n, type Resource } from 'i18next'
import { initReactI18next } from 'react-i18next'
import { sharedEn } from './strings/en.ts'
import { sharedZh } from './strings/zh.ts'

/** One instance a page. `shared` strings come with it; a portal brings its own namespaces. */
export function createStrings(namespace: string, resources: Resource, language = 'en'): I18n {
  const instance = createInstance()
  const merged: Resource = {}
  for (const [locale, spaces] of Object.entries(resources)) merged[locale] = { shared: locale === 'zh' ? sharedZh : sharedEn, ...spaces }
  void instance.use(initReactI18next).init({
    resources: merged, lng: language, fallbackLng: 'en', defaultNS: namespace, fallbackNS: 'shared', ns: [namespace, 'shared'],
    interpolation: { escapeValue: false }, initAsync: false,
  })
  return instance
}
